<?php
/**
 * The server in Tools → Site Health.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'ABSPATH' ) || exit;

/**
 * Two tests: what the last check found, at once, and a new check, which WordPress starts when the page is open.
 */
final class Site_Health {

	const SETUP  = 'buttond_sharing_bar_setup';
	const SERVER = 'buttond_sharing_bar_server';

	/**
	 * The AJAX action of a test has hyphens, by WordPress's own script.
	 */
	const ACTION = 'health-check-buttond-sharing-bar-server';

	/**
	 * Hooks the tests and the information in.
	 */
	public static function hooks() {
		add_filter( 'site_status_tests', array( __CLASS__, 'add_tests' ) );
		add_filter( 'debug_information', array( __CLASS__, 'add_information' ) );
		add_action( 'wp_ajax_' . self::ACTION, array( __CLASS__, 'answer' ) );
	}

	/**
	 * Adds the tests.
	 *
	 * @param array $tests Those of WordPress and others.
	 * @return array
	 */
	public static function add_tests( $tests ) {
		$tests['direct'][ self::SETUP ] = array(
			'label' => __( 'Sharing bar', 'buttond-sharing-bar' ),
			'test'  => array( __CLASS__, 'test_setup' ),
		);
		if ( '' !== Settings::server() ) {
			$tests['async'][ self::SERVER ] = array(
				'label'             => __( 'Server of the sharing bar', 'buttond-sharing-bar' ),
				'test'              => self::SERVER,
				'has_rest'          => false,
				'async_direct_test' => array( __CLASS__, 'test_server' ),
			);
		}
		return $tests;
	}

	/**
	 * What is stored; asks nobody.
	 *
	 * @return array A result as WordPress wants it.
	 */
	public static function test_setup() {
		$wrong = Settings::wrong_constant();
		$state = Server::state();
		if ( '' !== $wrong ) {
			return self::result( self::SETUP, 'critical', __( 'The sharing bar’s server has no valid address', 'buttond-sharing-bar' ), $wrong );
		}
		if ( '' === Settings::server() ) {
			return self::result( self::SETUP, 'recommended', __( 'The sharing bar is not set up', 'buttond-sharing-bar' ), __( 'Until a server was chosen, it shows nothing in the blog.', 'buttond-sharing-bar' ), Settings_Page::url() );
		}
		if ( $state['failures'] ) {
			return self::result( self::SETUP, 'recommended', __( 'The sharing bar’s server did not answer', 'buttond-sharing-bar' ), Settings_Form::trouble( $state ), Settings_Page::url() );
		}
		if ( $state['uncounted'] ) {
			return self::result( self::SETUP, 'recommended', __( 'The sharing bar’s server does not count this blog', 'buttond-sharing-bar' ), Failure::sentence( $state['uncounted'], Settings::server() ), Settings_Page::url() );
		}
		return self::result( self::SETUP, 'good', __( 'The sharing bar is set up', 'buttond-sharing-bar' ), __( 'Its server is asked once a day whether there is anything new.', 'buttond-sharing-bar' ) );
	}

	/**
	 * Asks the server.
	 *
	 * @return array A result as WordPress wants it.
	 */
	public static function test_server() {
		$info = Server::refresh();
		if ( is_wp_error( $info ) ) {
			return self::result( self::SERVER, 'recommended', __( 'The sharing bar’s server does not answer', 'buttond-sharing-bar' ), $info->get_error_message(), Settings_Page::url() );
		}
		if ( Server::is_uncounted( $info['counted'] ) ) {
			return self::result( self::SERVER, 'recommended', __( 'The sharing bar’s server does not count this blog', 'buttond-sharing-bar' ), $info['counted']->get_error_message(), Settings_Page::url() );
		}
		/* translators: %s: the address of a server. */
		return self::result( self::SERVER, 'good', __( 'The sharing bar’s server answers', 'buttond-sharing-bar' ), sprintf( __( '%s answers, and counts this blog.', 'buttond-sharing-bar' ), Settings::server() ) );
	}

	/**
	 * Answers WordPress's script with the result of the test that asks the server.
	 */
	public static function answer() {
		check_ajax_referer( 'health-check-site-status' );
		if ( ! current_user_can( 'view_site_health_checks' ) ) {
			wp_send_json_error( null, 403 );
		}
		wp_send_json_success( '' === Settings::server() ? self::test_setup() : self::test_server() );
	}

	/**
	 * Adds what helps those who help.
	 *
	 * @param array $info That of WordPress and others.
	 * @return array
	 */
	public static function add_information( $info ) {
		$settings = Settings::get();
		$state    = Server::state();
		$fixed    = __( 'no', 'buttond-sharing-bar' );
		if ( Settings::is_fixed() ) {
			$fixed = defined( 'BUTTOND_SHARING_BAR_SERVER' ) ? 'wp-config.php' : __( 'by the network', 'buttond-sharing-bar' );
		}
		$never = __( 'never', 'buttond-sharing-bar' );
		$rows  = array(
			'version'        => array( __( 'Version', 'buttond-sharing-bar' ), BUTTOND_SHARING_BAR_VERSION ),
			'server'         => array( __( 'Server', 'buttond-sharing-bar' ), $settings['server'] ),
			'fixed'          => array( __( 'Server is fixed', 'buttond-sharing-bar' ), $fixed ),
			'server_version' => array( __( 'Version of the server', 'buttond-sharing-bar' ), $state['server_version'] ),
			'checked'        => array( __( 'Last check that went well', 'buttond-sharing-bar' ), $state['checked'] ? gmdate( 'c', $state['checked'] ) : $never ),
			'failures'       => array( __( 'Failures since', 'buttond-sharing-bar' ), trim( $state['failures'] . ' ' . $state['last_error'] ) ),
			'retry_at'       => array( __( 'Not asked before', 'buttond-sharing-bar' ), $state['retry_at'] ? gmdate( 'c', $state['retry_at'] ) : $never ),
			'uncounted'      => array( __( 'Not counted because of', 'buttond-sharing-bar' ), $state['uncounted'] ),
			'script'         => array( __( 'Loader', 'buttond-sharing-bar' ), $settings['script'] ),
			'positions'      => array( __( 'Positions', 'buttond-sharing-bar' ), implode( ', ', $settings['positions'] ) ),
			'post_types'     => array( __( 'Kinds of content', 'buttond-sharing-bar' ), implode( ', ', $settings['post_types'] ) ),
			'places'         => array( __( 'Places', 'buttond-sharing-bar' ), implode( ', ', $settings['places'] ) ),
		);
		foreach ( $rows as $name => $row ) {
			$rows[ $name ] = array(
				'label' => $row[0],
				'value' => '' === $row[1] ? '–' : $row[1],
			);
		}
		$info['buttond-sharing-bar'] = array(
			'label'  => __( 'Sharing bar', 'buttond-sharing-bar' ),
			'fields' => $rows,
		);
		return $info;
	}

	/**
	 * A test's result.
	 *
	 * @param string $test   The test.
	 * @param string $status good, recommended or critical.
	 * @param string $label  A headline.
	 * @param string $text   A sentence.
	 * @param string $link   The settings page, where something is to be done there.
	 * @return array
	 */
	private static function result( $test, $status, $label, $text, $link = '' ) {
		return array(
			'test'        => $test,
			'status'      => $status,
			'label'       => $label,
			'badge'       => array(
				'label' => __( 'Sharing bar', 'buttond-sharing-bar' ),
				'color' => 'blue',
			),
			'description' => '<p>' . esc_html( $text ) . '</p>',
			'actions'     => '' === $link ? '' : '<p><a href="' . esc_url( $link ) . '">' . esc_html__( 'Settings of the sharing bar', 'buttond-sharing-bar' ) . '</a></p>',
		);
	}
}
